package io.herald.local.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.QuotedQualityCSV;

/**
 * Content codings as API Gateway has them: request bodies in gzip or deflate are decompressed
 * before the function sees them, another coding or a body that is not in the coding it names is
 * answered 415; answers are compressed when the client names gzip in Accept-Encoding (a mere {@code
 * *} is not enough), the function has not coded them itself, and they have at least {@link
 * #MINIMUM} bytes. Jetty's own compression handler follows other rules in each of these.
 */
final class ContentCoding {

    /** The API's {@code minimumCompressionSize}, in bytes. */
    static final int MINIMUM = 1_024;

    private ContentCoding() {}

    /**
     * Decompresses a body while it is read.
     *
     * @throws Refusal 415 if the coding is not supported
     */
    static InputStream decoded(HttpFields headers, InputStream body) throws Refusal, IOException {
        var coding = headers.get(HttpHeader.CONTENT_ENCODING);
        if (coding == null) {
            return body;
        }
        return switch (coding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> new GZIPInputStream(body);
            case "deflate" -> new InflaterInputStream(body);
            default ->
                    throw new Refusal(
                            415, "The content coding is none of gzip, deflate and identity.");
        };
    }

    static boolean acceptsGzip(HttpFields headers) {
        var accepted = new QuotedQualityCSV();
        for (HttpField field : headers.getFields(HttpHeader.ACCEPT_ENCODING)) {
            accepted.addValue(field.getValue());
        }
        // Those with a quality of zero are not among the values.
        return accepted.getValues().stream().anyMatch("gzip"::equalsIgnoreCase);
    }

    static byte[] gzip(byte[] body) {
        var compressed = new ByteArrayOutputStream(body.length / 3);
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
