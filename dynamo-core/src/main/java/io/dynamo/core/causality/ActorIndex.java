package io.dynamo.core.causality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The numbers that stand for actors in the bytes of a context: first those of its vector, then those with dots only. */
final class ActorIndex {

    // Both sorted, and no actor in both.
    private final List<Actor> ofVector;
    private final List<Actor> ofDots;

    ActorIndex(List<Dot> vector, List<Dot> detached) {
        ofVector = new ArrayList<>(vector.size());
        vector.forEach(dot -> ofVector.add(dot.actor()));
        ofDots = new ArrayList<>();
        for (Dot dot : detached) {
            Actor actor = dot.actor();
            boolean again = !ofDots.isEmpty() && ofDots.get(ofDots.size() - 1).equals(actor);
            if (!again && Collections.binarySearch(ofVector, actor) < 0) {
                ofDots.add(actor);
            }
        }
    }

    List<Actor> inOrder() {
        if (ofDots.isEmpty()) {
            return ofVector;
        }
        List<Actor> all = new ArrayList<>(ofVector);
        all.addAll(ofDots);
        return all;
    }

    int of(Actor actor) {
        int at = Collections.binarySearch(ofVector, actor);
        return at >= 0 ? at : ofVector.size() + Collections.binarySearch(ofDots, actor);
    }
}
