package bench;

import java.util.List;

/**
 * The message of all measurements, about 1 KiB as JSON.
 *
 * @param sentAt {@link System#nanoTime()} of the sender: on Linux the same clock in all processes
 */
public record Order(long id, String customer, String note, long sentAt, List<Item> items) {

  /** One of the twenty lines of an order. */
  public record Item(String sku, int quantity, long amount) {}

  /** What every handler computes. */
  public long total() {
    long total = 0;
    for (Item item : items) {
      total += item.amount();
    }
    return total;
  }

  /** The order with this number; its total differs from its neighbours'. */
  public static Order numbered(long id) {
    Item[] items = new Item[20];
    for (int i = 0; i < items.length; i++) {
      items[i] =
          new Item("SKU-" + (1000 + (id + i) % 9000), 1 + i % 9, 10_000 + (id * 31 + i * 977L) % 89_999);
    }
    return new Order(
        id, "customer-" + (1000 + id % 9000), "leave it at the door, please", 0, List.of(items));
  }

  /** The same, stamped with the time of now. */
  public Order sentNow() {
    return new Order(id, customer, note, System.nanoTime(), items);
  }
}
