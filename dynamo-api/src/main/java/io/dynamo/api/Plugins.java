package io.dynamo.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Looks plug-ins up: by the loader of this library first, then by the context class loader. */
public final class Plugins {

    private Plugins() {}

    /**
     * All providers of a service, each class once.
     *
     * @param service the service
     * @param <S> its type
     * @return the providers, those beside this library first
     */
    public static <S> Stream<S> load(Class<S> service) {
        Map<String, S> found = new LinkedHashMap<>();
        ServiceLoader.load(service, Plugins.class.getClassLoader())
                .forEach(provider -> found.putIfAbsent(provider.getClass().getName(), provider));
        ServiceLoader.load(service)
                .forEach(provider -> found.putIfAbsent(provider.getClass().getName(), provider));
        return found.values().stream();
    }
}
