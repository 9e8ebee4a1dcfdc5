package io.herald.adapter.mustache;

import org.jspecify.annotations.Nullable;

/** How much one render may still do. */
final class Allowance {

    private int steps;
    private int characters;
    private @Nullable String excess;

    Allowance(int steps, int characters) {
        this.steps = steps;
        this.characters = characters;
    }

    void step() {
        if (--steps < 0) {
            end("rendering takes too many steps with this payload");
        }
    }

    /** Takes a step as well: a template can be slow without writing anything. */
    void write(int length) {
        step();
        characters -= length;
        if (characters < 0) {
            end("the result is too long with this payload");
        }
    }

    /** What was exceeded, in words; null when nothing was. */
    @Nullable String excess() {
        return excess;
    }

    private void end(String words) {
        excess = words;
        // jmustache wraps it, so the caller looks at excess() instead.
        throw new IllegalStateException(words);
    }
}
