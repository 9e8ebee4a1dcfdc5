package io.herald.local.lambda;

import io.herald.catalog.Catalog;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/**
 * Keeps what a handler writes, up to the limit of an invocation; beyond it only counts, so that a
 * runaway answer cannot fill the memory of the process that all functions share.
 */
final class BoundedOutput extends OutputStream {

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long written;

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        written += length;
        if (!exceeded()) {
            kept.write(source, offset, length);
        }
    }

    boolean exceeded() {
        return written > Catalog.INVOCATION_LIMIT_BYTES;
    }

    long written() {
        return written;
    }

    byte[] bytes() {
        return kept.toByteArray();
    }
}
