package io.herald.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

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
     * @param patience how long it may take
     * @return how many of them may be submitted; 0 when it takes longer, or there are no more
     */
    synchronized int take(int wanted, Duration patience) throws InterruptedException {
        var ends = System.nanoTime() + patience.toNanos();
        while (!isOver() && submitted >= due()) {
            long left = ends - System.nanoTime();
            if (left <= 0) {
                return 0;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        int taken = isOver() ? 0 : (int) Math.min(wanted, notifications - submitted);
        submitted += taken;
        return taken;
    }

    /** Whether there are no more to submit. */
    synchronized boolean isOver() {
        return over || submitted >= notifications;
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
