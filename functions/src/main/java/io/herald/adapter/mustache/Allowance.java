package io.herald.adapter.mustache;

import io.herald.template.TemplateException.Problem;
import org.jspecify.annotations.Nullable;

/** How much the render of one message may still do, over all of its fields. */
final class Allowance {

    // A dotted name is taken apart at each look-up, so a long one is more work.
    private static final int NAME_OF_ONE_STEP = 32;

    private int steps;
    private int characters;
    private @Nullable Problem excess;

    Allowance(int steps, int characters) {
        this.steps = steps;
        this.characters = characters;
    }

    void step() {
        steps(1);
    }

    void steps(int number) {
        steps -= number;
        if (steps < 0) {
            end(Problem.TOO_MANY_STEPS);
        }
    }

    /** Takes more for a long name. */
    void lookUp(String name) {
        steps(1 + name.length() / NAME_OF_ONE_STEP);
    }

    /** Takes a step as well: a template can be slow without writing anything. */
    void write(int length) {
        step();
        characters -= length;
        if (characters < 0) {
            end(Problem.TOO_LONG);
        }
    }

    /** What was exceeded; null when nothing was. */
    @Nullable Problem excess() {
        return excess;
    }

    private void end(Problem problem) {
        excess = problem;
        // jmustache wraps it, so the caller looks at excess() instead.
        throw new IllegalStateException(problem.name());
    }
}
