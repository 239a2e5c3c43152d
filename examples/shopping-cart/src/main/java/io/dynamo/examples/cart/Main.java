package io.dynamo.examples.cart;

/** Starts the cart service. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("shopping-cart: " + args.length + " arguments");
    }
}
