package io.herald.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;

/**
 * Rows in the binary format of COPY, as documented under "Binary Format" of Postgres' COPY. For one
 * thread.
 */
final class CopyRows {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(ISO_8859_1);
    private static final short END = -1;
    private static final int NULL = -1;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private ByteBuffer bytes = ByteBuffer.allocate(512 * 1024);

    /** Begins anew. */
    void begin() {
        bytes.clear();
        // No flags, no extension.
        bytes.put(SIGNATURE).putInt(0).putInt(0);
    }

    void row(int columns) {
        room(Short.BYTES);
        bytes.putShort((short) columns);
    }

    void uuid(UUID value) {
        room(Integer.BYTES + 2 * Long.BYTES);
        bytes.putInt(2 * Long.BYTES)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits());
    }

    void smallint(int value) {
        room(Integer.BYTES + Short.BYTES);
        bytes.putInt(Short.BYTES).putShort((short) value);
    }

    void integer(int value) {
        room(2 * Integer.BYTES);
        bytes.putInt(Integer.BYTES).putInt(value);
    }

    void bigint(long value) {
        room(Integer.BYTES + Long.BYTES);
        bytes.putInt(Long.BYTES).putLong(value);
    }

    void text(byte[] value) {
        room(Integer.BYTES + value.length);
        bytes.putInt(value.length).put(value);
    }

    void nothing() {
        room(Integer.BYTES);
        bytes.putInt(NULL);
    }

    /** All rows since the beginning, ended. */
    byte[] end() {
        room(Short.BYTES);
        bytes.putShort(END);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** A time as Postgres has it: microseconds since 2000. */
    static long timestamp(Instant at) {
        return ChronoUnit.MICROS.between(EPOCH, at);
    }

    static byte[] text(String value) {
        return value.getBytes(UTF_8);
    }

    private void room(int more) {
        if (bytes.remaining() < more) {
            var larger = ByteBuffer.allocate(2 * bytes.capacity() + more);
            larger.put(bytes.flip());
            bytes = larger;
        }
    }
}
