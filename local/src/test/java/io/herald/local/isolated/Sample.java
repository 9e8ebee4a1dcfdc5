package io.herald.local.isolated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.catalog.Catalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A function that does what its event says, in the JVM of its environment. */
public final class Sample implements RequestStreamHandler {

    // So that no compiler can leave out what a test wants to be held.
    static final ArrayList<Object> HELD = new ArrayList<>();

    /** One that cannot be started. */
    public static final class Unstartable implements RequestStreamHandler {
        public Unstartable() {
            throw new IllegalStateException("HERALD_DATABASE_URL is not set");
        }

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) {}
    }

    /** One that ends its process while it is started. */
    public static final class Vanishing implements RequestStreamHandler {
        public Vanishing() {
            Runtime.getRuntime().halt(7);
        }

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) {}
    }

    /** One that takes longer to start than Lambda's init, and is done within its timeout. */
    public static final class Slow implements RequestStreamHandler {
        public Slow() throws InterruptedException {
            Thread.sleep(11_000);
        }

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context)
                throws IOException {
            output.write('1');
        }
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        var event = new String(input.readAllBytes(), UTF_8);
        switch (event) {
            case "pid" -> write(output, Long.toString(ProcessHandle.current().pid()));
            case "variables" ->
                    System.getenv()
                            .forEach((name, value) -> write(output, name + "=" + value + "\n"));
            case "context" ->
                    write(
                            output,
                            "%s %s %d %d"
                                    .formatted(
                                            context.getFunctionName(),
                                            context.getInvokedFunctionArn(),
                                            context.getMemoryLimitInMB(),
                                            context.getRemainingTimeInMillis()));
            case "heap" -> write(output, Long.toString(Runtime.getRuntime().maxMemory() >> 20));
            case "say" -> System.out.println("something to remember");
            case "hang" -> hang();
            case "exit" -> Runtime.getRuntime().halt(3);
            case "exit afterwards" -> exitAfterwards(output);
            case "throw" -> throw new IOException("no luck");
            case "fill the heap" -> fillTheHeap();
            case "fill the memory" -> fillTheMemory();
            case "too much" -> output.write(new byte[Catalog.INVOCATION_LIMIT_BYTES + 1]);
            default ->
                    write(
                            output,
                            event.startsWith("meet ") ? meet(Path.of(event.substring(5))) : event);
        }
    }

    private static void write(OutputStream output, String text) {
        try {
            output.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until two processes are in the folder. */
    private static String meet(Path folder) throws IOException {
        Files.createFile(folder.resolve(Long.toString(ProcessHandle.current().pid())));
        while (Objects.requireNonNull(folder.toFile().list()).length < 2) {
            LockSupport.parkNanos(10_000_000);
        }
        return "met";
    }

    private static void hang() {
        while (true) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                // It ignores whoever asks it to end.
            }
        }
    }

    /** Ends once the answer is out. */
    private static void exitAfterwards(OutputStream output) {
        write(output, "1");
        Thread.ofPlatform()
                .start(() -> {
                    try {
                        Thread.sleep(200);
                    } catch (InterruptedException _) {
                        // Then earlier.
                    }
                    Runtime.getRuntime().halt(3);
                });
    }

    private static void fillTheHeap() {
        while (true) {
            HELD.add(new byte[1 << 20]);
        }
    }

    /** Outside of the heap, up to more than the function has in all. */
    private static void fillTheMemory() {
        for (var megabytes = 0; megabytes < 400; megabytes++) {
            var block = ByteBuffer.allocateDirect(1 << 20);
            HELD.add(block);
            while (block.hasRemaining()) {
                block.put((byte) 1);
            }
        }
        hang();
    }
}
