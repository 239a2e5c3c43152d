package io.dynamo.examples.cart;

/** Whether this is a build that must not leave out a test; services say it in the variable {@code CI}. */
final class ContinuousIntegration {

    private ContinuousIntegration() {}

    /** Services set it to true or 1, or to their name; a person who does not want that sets it to false. */
    static boolean isOn(String variable) {
        return variable != null && !variable.isBlank() && !variable.trim().equalsIgnoreCase("false");
    }
}
