package io.dynamo.core.causality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The numbers that stand for actors in the bytes of a context: first those of its vector, then those with dots only. */
final class ActorIndex {

    private final CausalContext context;
    // Sorted, none with a run.
    private final List<Actor> ofDots;

    ActorIndex(CausalContext context) {
        this.context = context;
        List<Dot> detached = context.detached();
        ofDots = detached.isEmpty() ? List.of() : new ArrayList<>();
        for (Dot dot : detached) {
            Actor actor = dot.actor();
            boolean again = !ofDots.isEmpty() && ofDots.get(ofDots.size() - 1).equals(actor);
            if (!again && context.indexOf(actor) < 0) {
                ofDots.add(actor);
            }
        }
    }

    int size() {
        return context.runs() + ofDots.size();
    }

    Actor actor(int number) {
        return number < context.runs() ? context.actorOf(number) : ofDots.get(number - context.runs());
    }

    int of(Actor actor) {
        int at = context.indexOf(actor);
        return at >= 0 ? at : context.runs() + Collections.binarySearch(ofDots, actor);
    }
}
