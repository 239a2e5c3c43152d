package io.dynamo.core.wire;

/**
 * Answers an introduction with one of its own.
 *
 * @param accepted whether requests may follow
 * @param fatal whether the asker must not serve at all
 * @param reason why not; empty if accepted
 * @param hello who answers
 * @param answered the session in the introduction it answers: it is meant for that run and for no other
 * @param number the number in the introduction it answers
 */
public record HelloResponse(boolean accepted, boolean fatal, String reason, Hello hello, long answered, long number)
        implements Message {}
