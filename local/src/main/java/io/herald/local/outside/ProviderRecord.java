package io.herald.local.outside;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a {@link StandInProvider} wrote down, read from its file; from any process, while it runs or
 * afterwards. A line for each message of each call (NDJSON), in the order in which they came in. A
 * line that is not whole, since its writer was killed, does not count.
 *
 * @param file need not exist
 */
public record ProviderRecord(Path file) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final ObjectReader LINE = JSON.readerFor(HandedOver.class);
    private static final ObjectWriter WRITER = JSON.writerFor(HandedOver.class);

    /** All of it. A million lines take some seconds and about half a gigabyte. */
    public List<HandedOver> all() {
        var all = new ArrayList<HandedOver>();
        forEach(all::add);
        return all;
    }

    /** What came about a notification. */
    public List<HandedOver> about(String notification) {
        var some = new ArrayList<HandedOver>();
        forEach(line -> {
            if (line.notification().equals(notification)) {
                some.add(line);
            }
        });
        return some;
    }

    /** Gives each line to the reader, without keeping it. */
    public void forEach(Consumer<HandedOver> reader) {
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var whole = new WholeLines(Channels.newInputStream(channel), wholeLength(channel));
            try (var lines = LINE.<HandedOver>readValues(whole)) {
                while (lines.hasNextValue()) {
                    reader.accept(lines.nextValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long it is up to the end of its last whole line. */
    private static long wholeLength(FileChannel channel) throws IOException {
        long length = channel.size();
        var one = ByteBuffer.allocate(1);
        while (length > 0) {
            one.clear();
            channel.read(one, length - 1);
            if (one.get(0) == '\n') {
                return length;
            }
            length--;
        }
        return 0;
    }

    /** Opens it to write behind what is there. */
    Writer open() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new Writer(file);
    }

    /** Writes lines; they are with the operating system when {@link #write} returns. */
    static final class Writer implements AutoCloseable {
        private final FileChannel channel;

        private Writer(Path file) throws IOException {
            this.channel = new RandomAccessFile(file.toFile(), "rw").getChannel();
            // Half a line would spoil the next.
            channel.truncate(wholeLength(channel));
            channel.position(channel.size());
        }

        void write(List<HandedOver> lines) throws IOException {
            var bytes = new ByteArrayOutputStream(256 * lines.size());
            for (var line : lines) {
                bytes.writeBytes(WRITER.writeValueAsBytes(line));
                bytes.write('\n');
            }
            var buffer = ByteBuffer.wrap(bytes.toByteArray());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
