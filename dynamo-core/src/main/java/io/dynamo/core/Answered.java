package io.dynamo.core;

import java.util.List;

/** What a read knows beyond {@link io.dynamo.api.Read}, for whoever judges it. */
public interface Answered {

    /**
     * Who was heard.
     *
     * @return the nodes whose answers the read is made of
     */
    List<String> answered();
}
