# The scenarios with Ruby's bunny, whose own recovery is left on.
require "bunny"
require "securerandom"
require "set"
require "timeout"

NAME = ENV.fetch("NAME")
# In the hands of the consumer when its connection is cut, so that it has to come again.
HELD = 25

def connect(**options)
  Bunny.new(ENV.fetch("AMQP_URL"), connection_name: NAME, **options).start
end

def check(holds, message)
  abort "wrong: #{message}" unless holds
end

# Ruby's queues have no time-out before Ruby 3.2.
def take(from, what)
  Timeout.timeout(20) { from.pop }
rescue Timeout::Error
  abort "wrong: waited in vain for #{what}"
end

def work_queues
  boss = connect.create_channel
  queue = boss.queue("#{NAME}.tasks", durable: true)
  tasks = (1..20).map { |number| "task #{number}" }

  progress = ::Queue.new
  workers = %w[first second].map do |worker|
    connection = connect
    channel = connection.create_channel
    channel.prefetch(1)
    tasks_of_worker = 0
    channel.queue(queue.name, durable: true).subscribe(manual_ack: true) do |delivery, _, body|
      # The first one gives up over its third task.
      gives_up = worker == "first" && (tasks_of_worker += 1) == 3
      channel.ack(delivery.delivery_tag) unless gives_up
      progress << [worker, body, delivery.redelivered?, gives_up]
    end
    connection
  end
  tasks.each { |task| queue.publish(task, persistent: true) }

  done = Hash.new { |hash, key| hash[key] = [] }
  given_up = []
  redelivered = []
  while done.values.sum(&:size) < tasks.size
    worker, body, again, gives_up = take(progress, "a task, done are #{done}")
    redelivered << body if again
    if gives_up
      given_up << body
      workers.first.close
    else
      done[worker] << body
    end
  end
  check(done.values.flatten.sort == tasks.sort, "done are #{done}")
  check(done["first"].size == 2, "the first one did not get its share: #{done}")
  check(given_up.size == 1 && redelivered == given_up, "redelivered is #{redelivered}, given up #{given_up}")
  check(queue.message_count.zero?, "there are tasks left")
end

def rpc
  requests = connect.create_channel.queue("#{NAME}.double", durable: true)
  replies = requests.channel.default_exchange
  requests.subscribe do |_, request, body|
    replies.publish((body.to_i * 2).to_s, routing_key: request.reply_to, correlation_id: request.correlation_id)
  end

  channel = connect.create_channel
  # With an exclusive queue for the answers, which the server names.
  exclusive = channel.queue("", exclusive: true)
  check(exclusive.name.start_with?("amq.gen-"), "the server named a queue #{exclusive.name}")
  answers = ::Queue.new
  exclusive.subscribe { |_, answer, body| answers << [answer.correlation_id, body.to_i] }
  # With RabbitMQ's direct reply-to, which is no queue to declare.
  direct = channel.queue("amq.rabbitmq.reply-to", no_declare: true)
  direct.subscribe { |_, answer, body| answers << [answer.correlation_id, body.to_i] }

  [exclusive.name, direct.name].each do |reply_to|
    asked = (0...10).to_h { |number| [SecureRandom.uuid, number] }
    asked.each do |identity, number|
      channel.default_exchange.publish(
        number.to_s, routing_key: requests.name, correlation_id: identity, reply_to: reply_to
      )
    end
    answered = Array.new(asked.size) { take(answers, "an answer at #{reply_to}") }.to_h
    check(answered == asked.transform_values { |number| number * 2 }, "answers are #{answered}")
  end
end

def confirms
  channel = connect.create_channel
  channel.confirm_select
  orders = channel.queue("#{NAME}.orders", durable: true)
  50.times { |number| orders.publish("order #{number}", persistent: true) }
  check(channel.wait_for_confirms, "refused are #{channel.nacked_set.to_a}")
  check(orders.message_count == 50, "#{orders.message_count} of 50 orders are in the queue")

  returned = ::Queue.new
  exchange = channel.default_exchange
  exchange.on_return { |info, _, body| returned << [info.reply_code, info.reply_text, body] }
  exchange.publish("lost", routing_key: "#{NAME}.nobody", mandatory: true)
  check(channel.wait_for_confirms, "what no queue wants is returned, not refused")
  found = take(returned, "the return of what no queue wants")
  check(found == [312, "NO_ROUTE", "lost"], "returned is #{found}")

  full = channel.queue("#{NAME}.full", durable: true, arguments: { "x-max-length" => 2, "x-overflow" => "reject-publish" })
  3.times { |number| full.publish(number.to_s, persistent: true) }
  check(!channel.wait_for_confirms, "a full queue took everything")
  # 50 orders and one lost message came before.
  check(channel.nacked_set.to_a == [54], "refused are #{channel.nacked_set.to_a}, not the third")
end

def dead_letters
  channel = connect.create_channel
  exchange = channel.direct("#{NAME}.dlx", durable: true)
  dead = channel.queue("#{NAME}.dead", durable: true).bind(exchange, routing_key: "failed")
  work = channel.queue("#{NAME}.work", durable: true, arguments: {
    "x-dead-letter-exchange" => exchange.name, "x-dead-letter-routing-key" => "failed", "x-max-length" => 2
  })
  letters = ::Queue.new
  dead.subscribe { |_, properties, body| letters << [body, properties.headers] }
  expect = lambda do |body, reason|
    found, headers = take(letters, "the dead letter #{body}")
    death = headers["x-death"].first
    check(found == body, "the dead letter is #{found}, not #{body}")
    check(death.values_at("reason", "queue", "count") == [reason, work.name, 1], "the death of #{body} is #{death}")
    check(death["routing-keys"] == [work.name], "the death of #{body} is #{death}")
    check(death["time"].is_a?(Time) && (Time.now - death["time"]).abs < 60, "the time of death is #{death["time"]}")
    check(headers["x-first-death-queue"] == work.name, "headers are #{headers}")
  end

  work.publish("bad", persistent: true)
  delivery, = Timeout.timeout(10) { loop { got = work.pop(manual_ack: true); break got if got.first } }
  channel.reject(delivery.delivery_tag)
  expect.call("bad", "rejected")

  work.publish("late", expiration: 50)
  expect.call("late", "expired")

  %w[oldest older new].each { |body| work.publish(body, persistent: true) }
  expect.call("oldest", "maxlen")
  check(work.message_count == 2, "the queue does not hold its two messages")
end

def reconnect
  options = { network_recovery_interval: 0.2, continuation_timeout: 2000 }
  received = Set.new
  again = Set.new
  holds = ::Queue.new
  was_cut = ::Queue.new
  consumer = connect(**options).create_channel
  consumer.prefetch(10)
  consumer.queue("#{NAME}.numbers", durable: true).subscribe(manual_ack: true) do |delivery, _, body|
    if delivery.redelivered?
      again << body.to_i
    elsif body.to_i == HELD
      holds << body
      was_cut.pop
    end
    consumer.ack(delivery.delivery_tag)
    received << body.to_i
  end

  # While a connection comes back it is open before its channels are, and what is published then closes it again.
  recovered = ::Queue.new
  publisher = connect(**options, recovery_completed: -> { recovered << true }).create_channel
  confirmed = Set.new
  publisher.confirm_select(->(tag, _, refused) { confirmed << tag unless refused })
  numbers = publisher.queue("#{NAME}.numbers", durable: true)
  publish = lambda do |number|
    recovered.clear
    tag = publisher.next_publish_seq_no
    numbers.publish(number.to_s, persistent: true)
    publisher.wait_for_confirms
    # A recovery ends the wait, too, and forgets what was not confirmed.
    confirmed.include?(tag)
  rescue Bunny::Exception, Timeout::Error
    take(recovered, "the connection of the publisher")
    false
  end
  sent = 0
  send_one = lambda do
    nil until publish.call(sent)
    sent += 1
  end

  50.times { send_one.call }
  take(holds, "a message in the consumer's hands")
  cut = Thread.new do
    puts "cut 2"
    $stdout.flush
    $stdin.gets
  end
  # Publishing goes on meanwhile, and a while after.
  send_one.call while cut.alive?
  was_cut << true
  50.times { send_one.call }
  Timeout.timeout(30) { sleep 0.01 until received.size == sent && again.include?(HELD) }
rescue Timeout::Error
  abort "wrong: lost are #{(0...sent).to_a - received.to_a}, again came #{again.to_a}"
end

Thread.report_on_exception = true
Thread.abort_on_exception = true
send(ARGV.fetch(0).tr("-", "_"))
