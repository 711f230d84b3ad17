package io.pipeforce.broker.wire;

/** Class basic: messages in, messages out, and what became of them. */
public sealed interface BasicMethod extends Method {
  int CLASS_ID = 60;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Qos.read(in);
      case 11 -> new QosOk();
      case 20 -> Consume.read(in);
      case 21 -> ConsumeOk.read(in);
      case 30 -> Cancel.read(in);
      case 31 -> CancelOk.read(in);
      case 40 -> Publish.read(in);
      case 50 -> Return.read(in);
      case 60 -> Deliver.read(in);
      case 70 -> Get.read(in);
      case 71 -> GetOk.read(in);
      case 72 -> GetEmpty.read(in);
      case 80 -> Ack.read(in);
      case 90 -> Reject.read(in);
      case 100 -> RecoverAsync.read(in);
      case 110 -> Recover.read(in);
      case 111 -> new RecoverOk();
      case 120 -> Nack.read(in);
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Qos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {
    static Qos read(WireReader in) {
      long prefetchSize = in.unsignedInt();
      int prefetchCount = in.shortInt();
      int bits = in.octet();
      return new Qos(prefetchSize, prefetchCount, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(prefetchSize);
      out.shortInt(prefetchCount);
      out.bits(global);
    }
  }

  record QosOk() implements BasicMethod {
    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Consume(
      String queue,
      String consumerTag,
      boolean noLocal,
      boolean noAck,
      boolean exclusive,
      boolean noWait,
      FieldTable arguments)
      implements BasicMethod {
    static Consume read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      String consumerTag = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Consume(
          queue,
          consumerTag,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          arguments);
    }

    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(consumerTag);
      out.bits(noLocal, noAck, exclusive, noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record ConsumeOk(String consumerTag) implements BasicMethod {
    static ConsumeOk read(WireReader in) {
      String consumerTag = in.checkedString();
      return new ConsumeOk(consumerTag);
    }

    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
    }
  }

  record Cancel(String consumerTag, boolean noWait) implements BasicMethod {
    static Cancel read(WireReader in) {
      String consumerTag = in.checkedString();
      int bits = in.octet();
      return new Cancel(consumerTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 30;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
      out.bits(noWait);
    }
  }

  record CancelOk(String consumerTag) implements BasicMethod {
    static CancelOk read(WireReader in) {
      String consumerTag = in.checkedString();
      return new CancelOk(consumerTag);
    }

    @Override
    public int methodId() {
      return 31;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
    }
  }

  record Publish(String exchange, String routingKey, boolean mandatory, boolean immediate)
      implements BasicMethod {
    static Publish read(WireReader in) {
      in.shortInt();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      int bits = in.octet();
      return new Publish(exchange, routingKey, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return 40;
    }

    @Override
    public boolean hasContent() {
      return true;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bits(mandatory, immediate);
    }
  }

  record Return(int replyCode, String replyText, String exchange, String routingKey)
      implements BasicMethod {
    static Return read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.checkedString();
      String exchange = in.checkedString();
      String routingKey = in.checkedString();
      return new Return(replyCode, replyText, exchange, routingKey);
    }

    @Override
    public int methodId() {
      return 50;
    }

    @Override
    public boolean hasContent() {
      return true;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  record Deliver(
      String consumerTag, long deliveryTag, boolean redelivered, String exchange, String routingKey)
      implements BasicMethod {
    static Deliver read(WireReader in) {
      String consumerTag = in.checkedString();
      long deliveryTag = in.longLong();
      int bits = in.octet();
      String exchange = in.checkedString();
      String routingKey = in.checkedString();
      return new Deliver(consumerTag, deliveryTag, (bits & 1) != 0, exchange, routingKey);
    }

    @Override
    public int methodId() {
      return 60;
    }

    @Override
    public boolean hasContent() {
      return true;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
      out.longLong(deliveryTag);
      out.bits(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  record Get(String queue, boolean noAck) implements BasicMethod {
    static Get read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      int bits = in.octet();
      return new Get(queue, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 70;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(noAck);
    }
  }

  record GetOk(
      long deliveryTag, boolean redelivered, String exchange, String routingKey, long messageCount)
      implements BasicMethod {
    static GetOk read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      String exchange = in.checkedString();
      String routingKey = in.checkedString();
      long messageCount = in.unsignedInt();
      return new GetOk(deliveryTag, (bits & 1) != 0, exchange, routingKey, messageCount);
    }

    @Override
    public int methodId() {
      return 71;
    }

    @Override
    public boolean hasContent() {
      return true;
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.longInt(messageCount);
    }
  }

  record GetEmpty() implements BasicMethod {
    static GetEmpty read(WireReader in) {
      in.checkedString();
      return new GetEmpty();
    }

    @Override
    public int methodId() {
      return 72;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  record Ack(long deliveryTag, boolean multiple) implements BasicMethod {
    static Ack read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Ack(deliveryTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 80;
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(multiple);
    }
  }

  record Reject(long deliveryTag, boolean requeue) implements BasicMethod {
    static Reject read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Reject(deliveryTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 90;
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(requeue);
    }
  }

  record RecoverAsync(boolean requeue) implements BasicMethod {
    static RecoverAsync read(WireReader in) {
      int bits = in.octet();
      return new RecoverAsync((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 100;
    }

    @Override
    public void write(WireWriter out) {
      out.bits(requeue);
    }
  }

  record Recover(boolean requeue) implements BasicMethod {
    static Recover read(WireReader in) {
      int bits = in.octet();
      return new Recover((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 110;
    }

    @Override
    public void write(WireWriter out) {
      out.bits(requeue);
    }
  }

  record RecoverOk() implements BasicMethod {
    @Override
    public int methodId() {
      return 111;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Nack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {
    static Nack read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Nack(deliveryTag, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return 120;
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(multiple, requeue);
    }
  }
}
