package io.herald.chaos;

/**
 * Keeps load and harm together: as much is submitted by a kill as its place among the kills says,
 * so that there is something to lose until the last of them. Safe for use by several threads.
 */
final class Pace {
    private final long notifications;
    private final long kills;
    private long submitted;
    private long done;
    private boolean over;

    Pace(long notifications, long kills) {
        this.notifications = notifications;
        this.kills = kills;
    }

    /**
     * Waits for the turn of some more.
     *
     * @return how many of them may be submitted; 0 when there are no more to submit
     */
    synchronized int take(int wanted) throws InterruptedException {
        while (!over && submitted < notifications && submitted >= due()) {
            wait();
        }
        int taken = over ? 0 : (int) Math.min(wanted, notifications - submitted);
        submitted += taken;
        return taken;
    }

    /** One more was killed. */
    synchronized void killed() {
        done++;
        notifyAll();
    }

    /** There is no more time. */
    synchronized void end() {
        over = true;
        notifyAll();
    }

    synchronized long killsDone() {
        return done;
    }

    private long due() {
        return done >= kills ? notifications : notifications * (done + 1) / (kills + 1);
    }
}
