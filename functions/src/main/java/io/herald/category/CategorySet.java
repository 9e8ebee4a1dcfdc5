package io.herald.category;

import static java.util.function.Function.identity;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The categories of a tenant.
 *
 * @param revision counts the changes of its own ones; 0 while there was none
 * @param own those that the tenant made, by their keys
 */
public record CategorySet(long revision, Map<String, Category> own) {
    public CategorySet {
        own = Map.copyOf(own);
    }

    /** A set of the tenant's own categories and the built-in ones. */
    public static CategorySet of(long revision, Collection<Category> own) {
        return new CategorySet(
                revision, own.stream().collect(Collectors.toMap(Category::key, identity())));
    }

    public Optional<Category> find(String key) {
        return Category.BUILT_IN.stream()
                .filter(category -> category.key().equals(key))
                .findFirst()
                .or(() -> Optional.ofNullable(own.get(key)));
    }

    /** By their keys. */
    public List<Category> all() {
        return Stream.concat(Category.BUILT_IN.stream(), own.values().stream())
                .sorted(Comparator.comparing(Category::key))
                .toList();
    }
}
