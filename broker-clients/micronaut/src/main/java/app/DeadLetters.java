package app;

import static app.Application.NAME;
import static app.Application.check;

import com.rabbitmq.client.BasicProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.annotation.Queue;
import io.micronaut.rabbitmq.annotation.RabbitListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@RabbitListener
@Requires(env = "dead-letters")
public class DeadLetters implements Application.Scenario {
  private final Publisher publisher;
  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>();

  record Letter(String body, Map<String, Object> headers) {}

  DeadLetters(Publisher publisher) {
    this.publisher = publisher;
  }

  /** What its method throws on is rejected, as it is by default. */
  @Queue("${name}.refused")
  public void work(String body) {
    throw new IllegalStateException(body + " is refused on purpose");
  }

  @Queue("${name}.dead")
  public void dead(String body, BasicProperties properties) {
    letters.add(new Letter(body, properties.getHeaders()));
  }

  @Override
  public void run() throws Exception {
    publisher.send(NAME + ".refused", "bad");
    expect("bad", "rejected", NAME + ".refused");
    publisher.sendShortLived(NAME + ".work", "late");
    expect("late", "expired", NAME + ".work");
    for (String body : List.of("oldest", "older", "new")) {
      publisher.send(NAME + ".work", body).get(20, TimeUnit.SECONDS);
    }
    expect("oldest", "maxlen", NAME + ".work");
  }

  private void expect(String body, String reason, String queue) throws InterruptedException {
    Letter letter = letters.poll(20, TimeUnit.SECONDS);
    check(letter != null, "no dead letter " + body);
    check(letter.body().equals(body), "the dead letter is " + letter + ", not " + body);
    Map<?, ?> death = (Map<?, ?>) ((List<?>) letter.headers().get("x-death")).getFirst();
    check(reason.equals(death.get("reason").toString()), body + " died of " + death);
    check(queue.equals(death.get("queue").toString()), body + " died in " + death);
    check(Long.valueOf(1).equals(death.get("count")), body + " died " + death);
    check(reason.equals(letter.headers().get("x-first-death-reason").toString()), "" + letter);
  }
}
