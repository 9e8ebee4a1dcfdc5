package io.herald.memory;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Puts something around every call of a port. */
public final class Ports {

    /** What happens around a call. */
    @FunctionalInterface
    public interface Around {
        /** Returns what the caller gets, usually what the call itself gives. */
        @Nullable Object call(Call call) throws Throwable;
    }

    /** A call of a port that is about to be made. */
    public record Call(Class<?> port, Object target, Method method, @Nullable Object[] arguments) {

        /** Makes the call. */
        public @Nullable Object proceed() throws Throwable {
            // A port may be known to its own package alone.
            method.trySetAccessible();
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        public @Nullable Object argument(int index) {
            return arguments[index];
        }

        /** Such as {@code Timeline.append}. */
        public String name() {
            return port.getSimpleName() + "." + method.getName();
        }
    }

    private static final @Nullable Object[] NONE = {};

    private Ports() {}

    /** The same port, with something around each of its calls. */
    public static <T> T around(Class<T> port, T target, Around around) {
        InvocationHandler handler =
                (_, method, arguments) ->
                        around.call(
                                new Call(
                                        port,
                                        target,
                                        method,
                                        arguments == null ? NONE : arguments));
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
    }
}
