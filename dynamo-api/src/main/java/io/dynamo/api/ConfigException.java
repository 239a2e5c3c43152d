package io.dynamo.api;

import java.util.List;

/** The configuration is wrong; every problem that could be found is listed, not only the first. */
public final class ConfigException extends DynamoException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Creates the exception.
     *
     * @param problems each with place, key, value and what is allowed
     */
    public ConfigException(List<String> problems) {
        super("configuration refused:\n  " + String.join("\n  ", problems), Outcome.NOT_APPLIED, null);
        this.problems = List.copyOf(problems);
    }

    /**
     * Every problem found.
     *
     * @return at least one
     */
    public List<String> problems() {
        return problems;
    }
}
