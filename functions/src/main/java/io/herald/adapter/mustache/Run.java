package io.herald.adapter.mustache;

import java.util.HashSet;
import java.util.Set;

/**
 * One field under way: what it may still do, and what it looked for in vain. Bound to the thread,
 * because jmustache tells a template's context nothing but the value it looks at, and a look into a
 * text or a number has to be paid for as well.
 *
 * @param missing takes the names that the payload does not have
 */
record Run(Allowance allowance, Set<String> missing) {

    static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();

    Run(Allowance allowance) {
        this(allowance, new HashSet<>());
    }

    static Run current() {
        return CURRENT.get();
    }
}
