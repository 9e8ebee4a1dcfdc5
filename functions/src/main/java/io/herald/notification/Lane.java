package io.herald.notification;

import java.util.Arrays;
import java.util.Optional;

/**
 * A Kafka topic with its own event source mapping and its own function, so that a slow provider
 * fills its own lane and never another's. Chosen at acceptance; stays.
 */
public enum Lane {
    URGENT(0, "urgent"),
    EMAIL(1, "email"),
    WEBHOOK(4, "webhook"),
    INBOX(5, "inbox");

    private final short code;
    private final String text;

    Lane(int code, String text) {
        this.code = (short) code;
        this.text = text;
    }

    /** What is stored; never reused for another lane. */
    public short code() {
        return code;
    }

    public String text() {
        return text;
    }

    public String topic() {
        return "herald." + text;
    }

    /** The lane of a topic's or a record's words, if there is one. */
    public static Optional<Lane> of(String text) {
        return Arrays.stream(values()).filter(lane -> lane.text.equals(text)).findFirst();
    }

    /**
     * @throws IllegalArgumentException when no lane has the code
     */
    public static Lane ofCode(short code) {
        return Arrays.stream(values())
                .filter(lane -> lane.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no lane has code " + code));
    }
}
