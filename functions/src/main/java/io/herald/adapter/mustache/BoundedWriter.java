package io.herald.adapter.mustache;

import java.io.Writer;

/** Collects what a template writes, and no more of it than is allowed. */
final class BoundedWriter extends Writer {

    private final StringBuilder text = new StringBuilder();
    private final Allowance allowance;

    BoundedWriter(Allowance allowance) {
        this.allowance = allowance;
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        allowance.write(length);
        text.append(characters, offset, length);
    }

    @Override
    public void write(int character) {
        allowance.write(1);
        text.append((char) character);
    }

    @Override
    public void write(String part, int offset, int length) {
        allowance.write(length);
        text.append(part, offset, offset + length);
    }

    @Override
    public Writer append(CharSequence part) {
        allowance.write(part.length());
        text.append(part);
        return this;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
