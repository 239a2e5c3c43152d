package io.dynamo.api;

/** The two choices that are not merges of values: the node acts on their identity. */
enum NamedReconciler implements Reconciler<Object> {
    SIBLINGS,
    LAST_WRITE_WINS;

    @SuppressWarnings("unchecked") // never touches a value
    static <V> Reconciler<V> siblingsChoice() {
        return (Reconciler<V>) SIBLINGS;
    }

    @SuppressWarnings("unchecked") // never touches a value
    static <V> Reconciler<V> lastWriteWinsChoice() {
        return (Reconciler<V>) LAST_WRITE_WINS;
    }

    @Override
    public Object merge(Object a, Object b) {
        throw new UnsupportedOperationException(name() + " does not merge values; it is a choice the node acts on");
    }
}
