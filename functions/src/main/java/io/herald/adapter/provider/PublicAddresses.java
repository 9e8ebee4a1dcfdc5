package io.herald.adapter.provider;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses on the public internet from all others, after IANA's registries of
 * special-purpose addresses (RFC 6890). A tenant chooses where its webhooks go; without this it
 * could reach what stands beside us: the metadata service, our database, whatever listens on
 * loopback.
 */
public final class PublicAddresses {

    private static final List<Network> RESERVED_IPV4 =
            Network.all(
                    "0.0.0.0/8", // this network; 0.0.0.0 itself reaches loopback
                    "10.0.0.0/8", // private
                    "100.64.0.0/10", // shared, behind carriers' NAT
                    "127.0.0.0/8", // loopback
                    "168.63.129.16/32", // a cloud's platform service on a public number
                    "169.254.0.0/16", // link-local, with the metadata service
                    "172.16.0.0/12", // private
                    "192.0.0.0/24", // protocol assignments
                    "192.0.2.0/24", // documentation
                    "192.31.196.0/24", // AS112
                    "192.52.193.0/24", // AMT
                    "192.88.99.0/24", // 6to4 relays
                    "192.168.0.0/16", // private
                    "192.175.48.0/24", // AS112
                    "198.18.0.0/15", // benchmarks
                    "198.51.100.0/24", // documentation
                    "203.0.113.0/24", // documentation
                    "224.0.0.0/4", // multicast
                    "240.0.0.0/4"); // reserved, with broadcast

    // All that is given out is inside it: loopback, ::, fc00::/7, fe80::/10, ff00::/8, the IPv4
    // addresses in ::/96 and ::ffff:0:0/96 are not.
    private static final Network GLOBAL_IPV6 = Network.parse("2000::/3");

    private static final List<Network> RESERVED_IPV6 =
            Network.all(
                    "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
                    "2001:db8::/32", // documentation
                    "2002::/16", // 6to4, which carries any IPv4 address
                    "2620:4f:8000::/48", // AS112
                    "3fff::/20"); // documentation

    // What a network with IPv6 only sees of the IPv4 internet.
    private static final Network NAT64 = Network.parse("64:ff9b::/96");

    private static final String DECIMAL_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private PublicAddresses() {}

    /** Whether the address is one that anybody on the internet could reach. */
    public static boolean isPublic(InetAddress address) {
        var bytes = address.getAddress();
        // Java gives an IPv4 address that is mapped into IPv6 as IPv4.
        return bytes.length == 4 ? isPublicIpv4(bytes) : isPublicIpv6(bytes);
    }

    /**
     * Whether a host is an address written otherwise than in four decimal numbers or in brackets:
     * {@code 2130706433}, {@code 0x7f.1}, {@code 0177.0.0.1}. Programs read these differently, so
     * they are nobody's address. After "ends in a number" of the WHATWG URL standard.
     */
    public static boolean isAmbiguousLiteral(String host) {
        if (host.indexOf('%') >= 0) {
            return true; // a zone, or an escape
        }
        if (host.indexOf(':') >= 0) {
            return false;
        }
        var labels = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
        var last = labels.substring(labels.lastIndexOf('.') + 1);
        if (!last.matches("[0-9]+|0[xX][0-9a-fA-F]*")) {
            return false;
        }
        return !host.matches("(" + DECIMAL_BYTE + "\\.){3}" + DECIMAL_BYTE);
    }

    private static boolean isPublicIpv4(byte[] address) {
        return RESERVED_IPV4.stream().noneMatch(network -> network.contains(address));
    }

    private static boolean isPublicIpv6(byte[] address) {
        if (NAT64.contains(address)) {
            return isPublicIpv4(Arrays.copyOfRange(address, 12, 16));
        }
        return GLOBAL_IPV6.contains(address)
                && RESERVED_IPV6.stream().noneMatch(network -> network.contains(address))
                && !isIsatap(address);
    }

    /** RFC 5214: an interface identifier that carries an IPv4 address, behind any prefix. */
    private static boolean isIsatap(byte[] address) {
        return (address[8] & 0xfd) == 0
                && address[9] == 0
                && address[10] == 0x5e
                && address[11] == (byte) 0xfe;
    }

    /** All addresses that begin alike. */
    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static List<Network> all(String... texts) {
            return Arrays.stream(texts).map(Network::parse).toList();
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            return new Network(
                    InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
                    Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            if (prefix.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((prefix[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
