package io.herald.fault;

/** An exception whose message quotes no data, so that it may be logged. */
public interface Tellable {}
