package io.herald.delivery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;

/** Cuts what is to be handed over so that nobody has two messages under way at once. */
final class Waves {

    private Waves() {}

    /**
     * The first of each person, then the second of each, and so on.
     *
     * @param items in the order of each person's
     */
    static <T> List<List<T>> of(List<T> items, Function<T, Person> person) {
        var waves = new ArrayList<List<T>>();
        var turns = new HashMap<Person, Integer>();
        for (var item : items) {
            int turn = turns.merge(person.apply(item), 1, Integer::sum);
            if (waves.size() < turn) {
                waves.add(new ArrayList<>());
            }
            waves.get(turn - 1).add(item);
        }
        return waves;
    }
}
