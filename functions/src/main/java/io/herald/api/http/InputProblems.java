package io.herald.api.http;

import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with an input, so that a caller sees it at once. */
public final class InputProblems {
    private final Budget budget;
    private final List<InputProblem> listed = new ArrayList<>();
    private boolean unlisted;

    /**
     * How much may be listed in one answer. An answer has a limit of its own, and five megabytes of
     * wrong fields would pass it.
     */
    public static final class Budget {
        private int problems;
        private int characters;

        public Budget(int problems, int characters) {
            this.problems = problems;
            this.characters = characters;
        }

        private boolean spend(InputProblem problem) {
            int length = problem.detail().length();
            length += problem.pointer() == null ? 0 : problem.pointer().length();
            length += problem.parameter() == null ? 0 : problem.parameter().length();
            if (problems < 1 || characters < length) {
                return false;
            }
            problems--;
            characters -= length;
            return true;
        }
    }

    /** For a call of which one thing is asked. */
    public InputProblems() {
        this(new Budget(100, 100_000));
    }

    /**
     * @param budget may be shared by the parts of an answer
     */
    public InputProblems(Budget budget) {
        this.budget = budget;
    }

    /**
     * What was collected so far; what is added to the one is not in the other.
     *
     * @param more how much may be added
     */
    public InputProblems copy(Budget more) {
        var copy = new InputProblems(more);
        copy.listed.addAll(listed);
        copy.unlisted = unlisted;
        return copy;
    }

    /** A field of the body is wrong. */
    public void add(String pointer, String detail) {
        add(new InputProblem(pointer, null, detail));
    }

    /** A parameter of the path or the query is wrong. */
    public void addParameter(String name, String detail) {
        add(new InputProblem(null, name, detail));
    }

    private void add(InputProblem problem) {
        if (budget.spend(problem)) {
            listed.add(problem);
        } else {
            unlisted = true;
        }
    }

    public boolean isEmpty() {
        return listed.isEmpty() && !unlisted;
    }

    /** Whether something may be wrong with a field or within it. */
    public boolean concern(String pointer) {
        return unlisted
                || listed.stream()
                        .map(InputProblem::pointer)
                        .anyMatch(each ->
                                each != null
                                        && (each.equals(pointer)
                                                || each.startsWith(pointer + "/")));
    }

    /** What is wrong, in the order it was found; says so when it is not all of it. */
    public List<InputProblem> list() {
        if (!unlisted) {
            return List.copyOf(listed);
        }
        var list = new ArrayList<>(listed);
        list.add(new InputProblem("", null, "has more problems than are listed here"));
        return list;
    }

    /**
     * @throws ProblemException 422 with all of it, if anything is wrong
     */
    public void refuse() {
        if (!isEmpty()) {
            throw new ProblemException(Problem.invalid(list()));
        }
    }
}
