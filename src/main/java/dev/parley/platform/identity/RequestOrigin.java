package dev.parley.platform.identity;

/** Where the request comes from that the current thread serves. */
public final class RequestOrigin {

    /** The client's address; not bound outside of a request that checks or sets a password. */
    public static final ScopedValue<String> ADDRESS = ScopedValue.newInstance();

    private RequestOrigin() {}
}
