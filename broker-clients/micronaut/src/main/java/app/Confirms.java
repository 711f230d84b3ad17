package app;

import static app.Application.NAME;
import static app.Application.check;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.connect.ChannelPool;
import io.micronaut.rabbitmq.exception.RabbitClientException;
import jakarta.inject.Singleton;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@Singleton
@Requires(env = "confirms")
public class Confirms implements Application.Scenario {
  private final Publisher publisher;
  private final ChannelPool channels;

  Confirms(Publisher publisher, ChannelPool channels) {
    this.publisher = publisher;
    this.channels = channels;
  }

  @Override
  public void run() throws Exception {
    BlockingQueue<Return> returned = new LinkedBlockingQueue<>();
    Channel channel = channels.getChannel();
    // The only channel so far, so that it is the one that publishes.
    channel.addReturnListener(returned::add);
    channels.returnChannel(channel);
    publisher.sendMandatory(NAME + ".nobody", "lost").get(20, TimeUnit.SECONDS);
    Return lost = returned.poll(20, TimeUnit.SECONDS);
    check(lost != null && lost.getReplyCode() == 312, "what no queue wants came back as " + lost);

    for (int number = 0; number < 50; number++) {
      publisher.sendMandatory(NAME + ".orders", "order " + number).get(20, TimeUnit.SECONDS);
    }
    channel = channels.getChannel();
    long orders = channel.messageCount(NAME + ".orders");
    channels.returnChannel(channel);
    check(orders == 50, orders + " of 50 orders are in the queue");

    publisher.send(NAME + ".full", "first").get(20, TimeUnit.SECONDS);
    publisher.send(NAME + ".full", "second").get(20, TimeUnit.SECONDS);
    try {
      publisher.send(NAME + ".full", "third").get(20, TimeUnit.SECONDS);
      check(false, "a full queue took a message");
    } catch (ExecutionException refused) {
      check(refused.getCause() instanceof RabbitClientException, "" + refused.getCause());
    }
  }
}
