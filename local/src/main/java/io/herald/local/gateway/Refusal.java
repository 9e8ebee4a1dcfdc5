package io.herald.local.gateway;

/** The gateway answers the request itself, with a problem document. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String detail;

    Refusal(int status, String detail) {
        // Expected, and thrown for any bad request: nobody reads its stack.
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    int status() {
        return status;
    }

    String detail() {
        return detail;
    }
}
