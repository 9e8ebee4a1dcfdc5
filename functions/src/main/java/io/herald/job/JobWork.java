package io.herald.job;

/** How jobs of a kind are done. */
public interface JobWork {
    /**
     * Decides on the next step, of a bounded size, and changes nothing itself. May be asked again
     * about the same one, when whoever asked first died.
     */
    Step next(Job job);
}
