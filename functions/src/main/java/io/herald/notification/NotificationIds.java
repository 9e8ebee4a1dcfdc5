package io.herald.notification;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes ids, consecutive within one call, so that the first and the last say which they are.
 *
 * <p>Holds no state: under SnapStart many environments start from one image, and a counter or a
 * seed kept here would be shared by all of them.
 */
public final class NotificationIds {
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    // One bit of the 62 is left clear, so that counting up never runs into the variant.
    private static final long RANDOM_LOW = 0x1fff_ffff_ffff_ffffL;

    private final Clock clock;
    private final RandomGenerator random;

    /**
     * @param random cryptographically strong, and seeded after a restore
     */
    public NotificationIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * @param count 1 or more
     */
    public List<NotificationId> consecutive(int count) {
        long high = clock.millis() << 16 | VERSION_7 | (random.nextLong() & 0xfff);
        long low = VARIANT | (random.nextLong() & RANDOM_LOW);
        var ids = new ArrayList<NotificationId>(count);
        for (int i = 0; i < count; i++) {
            ids.add(new NotificationId(new UUID(high, low + i)));
        }
        return ids;
    }
}
