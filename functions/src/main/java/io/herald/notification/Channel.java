package io.herald.notification;

import java.util.Arrays;
import java.util.Optional;

/** How a person is told. */
public enum Channel {
    EMAIL(1, "email", Lane.EMAIL),
    WEBHOOK(4, "webhook", Lane.WEBHOOK),
    INBOX(5, "inbox", Lane.INBOX);

    private final short code;
    private final String text;
    private final Lane lane;

    Channel(int code, String text, Lane lane) {
        this.code = (short) code;
        this.text = text;
        this.lane = lane;
    }

    /** What is stored; never reused for another channel. */
    public short code() {
        return code;
    }

    /** What the API and the records call it. */
    public String text() {
        return text;
    }

    /** The lane of this channel, for all that is not urgent. */
    public Lane lane() {
        return lane;
    }

    public static Optional<Channel> of(String text) {
        return Arrays.stream(values()).filter(channel -> channel.text.equals(text)).findFirst();
    }

    /**
     * @throws IllegalArgumentException when no channel has the code
     */
    public static Channel ofCode(short code) {
        return Arrays.stream(values())
                .filter(channel -> channel.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no channel has code " + code));
    }
}
