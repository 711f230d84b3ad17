package io.pipeforce.broker.management;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Sorts a list, filters it by name, cuts a page out of it and keeps the columns that were asked
 * for.
 *
 * <p>Source: {@code rabbit_mgmt_util.erl}: names are filtered only when a page is asked for, and
 * then without regard to case.
 */
final class Listing {
  private static final int PAGE_SIZE = 100;
  private static final int LARGEST_PAGE = 500;

  private final Request request;

  private Listing(Request request) {
    this.request = request;
  }

  static Response of(Request request, List<? extends Map<String, ?>> rows) {
    return new Listing(request).answer(rows);
  }

  /** One thing with the columns that were asked for. */
  static Response one(Request request, Map<String, ?> row) {
    return Response.ok(new Listing(request).columns(row));
  }

  private Response answer(List<? extends Map<String, ?>> rows) {
    String page = request.query().get("page");
    if (page == null) {
      return Response.ok(sorted(rows).stream().map(this::columns).toList());
    }
    return page(rows, page);
  }

  private Response page(List<? extends Map<String, ?>> rows, String wanted) {
    int page;
    int size;
    Predicate<String> isWanted;
    try {
      page = Integer.parseInt(wanted);
      size = Integer.parseInt(request.query().getOrDefault("page_size", "" + PAGE_SIZE));
      isWanted = byName();
    } catch (NumberFormatException | PatternSyntaxException _) {
      return Response.error(400, "bad_request", "Pagination parameters are invalid");
    }
    if (page < 1 || size < 1 || size > LARGEST_PAGE) {
      return Response.error(
          400,
          "invalid_pagination_parameters",
          "Invalid pagination parameters: page number %d, page size %s"
              .formatted(page, request.query().getOrDefault("page_size", "undefined")));
    }
    List<? extends Map<String, ?>> filtered =
        sorted(rows).stream().filter(row -> isWanted.test("" + row.get("name"))).toList();
    int pages = (filtered.size() + size - 1) / size;
    if (page > Math.max(pages, 1)) {
      return Response.error(
          400,
          "page_out_of_range",
          "Page out of range, page: %d page size: %d, len: %d"
              .formatted(page, size, filtered.size()));
    }
    List<Object> items =
        filtered.stream().skip((page - 1L) * size).limit(size).map(this::columns).toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("filtered_count", filtered.size());
    json.put("item_count", items.size());
    json.put("items", items);
    json.put("page", page);
    json.put("page_count", pages);
    json.put("page_size", size);
    json.put("total_count", rows.size());
    return Response.ok(json);
  }

  private Predicate<String> byName() {
    String name = request.query().getOrDefault("name", "");
    if (request.isSet("use_regex")) {
      return Pattern.compile(name, Pattern.CASE_INSENSITIVE).asPredicate();
    }
    String part = name.toLowerCase(Locale.ROOT);
    return each -> each.toLowerCase(Locale.ROOT).contains(part);
  }

  private List<Map<String, ?>> sorted(List<? extends Map<String, ?>> rows) {
    List<Map<String, ?>> sorted = new ArrayList<>(rows);
    String column = request.query().get("sort");
    if (column != null) {
      Comparator<Map<String, ?>> order = (a, b) -> compare(value(a, column), value(b, column));
      sorted.sort(request.isSet("sort_reverse") ? order.reversed() : order);
    }
    return sorted;
  }

  /** As Erlang orders terms: numbers before words before texts. */
  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    int byKind = Integer.compare(kind(a), kind(b));
    return byKind == 0 ? String.valueOf(a).compareTo(String.valueOf(b)) : byKind;
  }

  private static int kind(@Nullable Object value) {
    return switch (value) {
      case Number _ -> 0;
      case Boolean _ -> 1;
      case String _ -> 3;
      case null, default -> 2;
    };
  }

  private static @Nullable Object value(Map<String, ?> row, String path) {
    Object value = row;
    for (String name : path.split("\\.", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return value;
  }

  /** Nothing at all is written as an empty list. */
  private Object columns(Map<String, ?> row) {
    String columns = request.query().get("columns");
    if (columns == null || columns.isEmpty()) {
      return row;
    }
    Map<String, Object> chosen = new LinkedHashMap<>();
    for (String column : columns.split(",", -1)) {
      choose(row, List.of(column.split("\\.", -1)), chosen);
    }
    return chosen.isEmpty() ? List.of() : chosen;
  }

  @SuppressWarnings("unchecked")
  private static void choose(Map<String, ?> row, List<String> path, Map<String, Object> chosen) {
    String name = path.getFirst();
    Object value = row.get(name);
    if (value == null) {
      return;
    }
    if (path.size() == 1) {
      chosen.put(name, value);
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> inner = new LinkedHashMap<>();
      choose((Map<String, ?>) map, path.subList(1, path.size()), inner);
      if (!inner.isEmpty()) {
        ((Map<String, Object>) chosen.computeIfAbsent(name, _ -> new LinkedHashMap<>()))
            .putAll(inner);
      }
    }
  }
}
