package io.pipeforce.broker.wire;

/** Class queue. */
public sealed interface QueueMethod extends Method {
  int CLASS_ID = 50;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Declare.read(in);
      case 11 -> DeclareOk.read(in);
      case 20 -> Bind.read(in);
      case 21 -> new BindOk();
      case 30 -> Purge.read(in);
      case 31 -> PurgeOk.read(in);
      case 40 -> Delete.read(in);
      case 41 -> DeleteOk.read(in);
      case 50 -> Unbind.read(in);
      case 51 -> new UnbindOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Declare(
      String queue,
      boolean passive,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      boolean noWait,
      FieldTable arguments)
      implements QueueMethod {
    static Declare read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Declare(
          queue,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          (bits & 16) != 0,
          arguments);
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(passive, durable, exclusive, autoDelete, noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record DeclareOk(String queue, long messageCount, long consumerCount) implements QueueMethod {
    static DeclareOk read(WireReader in) {
      String queue = in.checkedString();
      long messageCount = in.unsignedInt();
      long consumerCount = in.unsignedInt();
      return new DeclareOk(queue, messageCount, consumerCount);
    }

    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(queue);
      out.longInt(messageCount);
      out.longInt(consumerCount);
    }
  }

  record Bind(
      String queue, String exchange, String routingKey, boolean noWait, FieldTable arguments)
      implements QueueMethod {
    static Bind read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      String exchange = in.checkedString();
      String routingKey = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Bind(queue, exchange, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bits(noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record BindOk() implements QueueMethod {
    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Purge(String queue, boolean noWait) implements QueueMethod {
    static Purge read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      int bits = in.octet();
      return new Purge(queue, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 30;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(noWait);
    }
  }

  record PurgeOk(long messageCount) implements QueueMethod {
    static PurgeOk read(WireReader in) {
      long messageCount = in.unsignedInt();
      return new PurgeOk(messageCount);
    }

    @Override
    public int methodId() {
      return 31;
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(messageCount);
    }
  }

  record Delete(String queue, boolean ifUnused, boolean ifEmpty, boolean noWait)
      implements QueueMethod {
    static Delete read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      int bits = in.octet();
      return new Delete(queue, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }

    @Override
    public int methodId() {
      return 40;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(ifUnused, ifEmpty, noWait);
    }
  }

  record DeleteOk(long messageCount) implements QueueMethod {
    static DeleteOk read(WireReader in) {
      long messageCount = in.unsignedInt();
      return new DeleteOk(messageCount);
    }

    @Override
    public int methodId() {
      return 41;
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(messageCount);
    }
  }

  record Unbind(String queue, String exchange, String routingKey, FieldTable arguments)
      implements QueueMethod {
    static Unbind read(WireReader in) {
      in.shortInt();
      String queue = in.checkedString();
      String exchange = in.checkedString();
      String routingKey = in.checkedString();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Unbind(queue, exchange, routingKey, arguments);
    }

    @Override
    public int methodId() {
      return 50;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record UnbindOk() implements QueueMethod {
    @Override
    public int methodId() {
      return 51;
    }

    @Override
    public void write(WireWriter out) {}
  }
}
