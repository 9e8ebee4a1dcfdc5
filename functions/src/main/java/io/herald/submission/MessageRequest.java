package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import io.herald.notification.Timing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant asks to be told, not yet held against its users and templates. One that is not well
 * formed is held against them as well, as far as it goes, so that its tenant is told at once of all
 * that is wrong; it is never accepted.
 *
 * @param addressee null only when it is wrong
 * @param channels each once, under the place at which it was asked for; each becomes a
 *     notification. Without those that are wrong; else 1 or more
 * @param words null only when they are wrong
 * @param payload null only when it is wrong
 * @param category the key of one; null for that of what it says, and when it is wrong
 * @param metadata an object the tenant gets back, or null
 * @param timing when it may be sent; not yet held against the time
 * @param keyed the key it was asked under, or null; there is none on what is not accepted
 * @param wellFormed whether all that can be told from the request alone is right
 */
public record MessageRequest(
        @Nullable Addressee addressee,
        SequencedMap<Integer, Channel> channels,
        @Nullable Words words,
        @Nullable ObjectNode payload,
        @Nullable String category,
        @Nullable ObjectNode metadata,
        Timing timing,
        @Nullable KeyedRequest keyed,
        boolean wellFormed) {
    public MessageRequest {
        if (wellFormed && (addressee == null || words == null || payload == null)) {
            throw new IllegalArgumentException("a message lacks a part and is not told so");
        }
        channels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(channels));
        keyed = wellFormed ? keyed : null;
    }

    /** One that is well formed. */
    public MessageRequest(
            Addressee addressee,
            List<Channel> channels,
            Words words,
            ObjectNode payload,
            @Nullable String category,
            @Nullable ObjectNode metadata,
            Timing timing,
            @Nullable KeyedRequest keyed) {
        this(addressee, placed(channels), words, payload, category, metadata, timing, keyed, true);
    }

    /** The same under a key, or under none. */
    public MessageRequest withKey(@Nullable KeyedRequest other) {
        return new MessageRequest(
                addressee, channels, words, payload, category, metadata, timing, other, wellFormed);
    }

    private static SequencedMap<Integer, Channel> placed(List<Channel> channels) {
        var placed = new LinkedHashMap<Integer, Channel>();
        channels.forEach(channel -> placed.put(placed.size(), channel));
        return placed;
    }
}
