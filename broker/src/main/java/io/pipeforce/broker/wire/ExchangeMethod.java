package io.pipeforce.broker.wire;

/** Class exchange. */
public sealed interface ExchangeMethod extends Method {
  int CLASS_ID = 40;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Declare.read(in);
      case 11 -> new DeclareOk();
      case 20 -> Delete.read(in);
      case 21 -> new DeleteOk();
      case 30 -> Bind.read(in);
      case 31 -> new BindOk();
      case 40 -> Unbind.read(in);
      case 51 -> new UnbindOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Declare(
      String exchange,
      String type,
      boolean passive,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      boolean noWait,
      FieldTable arguments)
      implements ExchangeMethod {
    static Declare read(WireReader in) {
      in.shortInt();
      String exchange = in.checkedString();
      String type = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Declare(
          exchange,
          type,
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
      out.shortString(exchange);
      out.shortString(type);
      out.bits(passive, durable, autoDelete, internal, noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record DeclareOk() implements ExchangeMethod {
    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Delete(String exchange, boolean ifUnused, boolean noWait) implements ExchangeMethod {
    static Delete read(WireReader in) {
      in.shortInt();
      String exchange = in.checkedString();
      int bits = in.octet();
      return new Delete(exchange, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.bits(ifUnused, noWait);
    }
  }

  record DeleteOk() implements ExchangeMethod {
    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Bind(
      String destination, String source, String routingKey, boolean noWait, FieldTable arguments)
      implements ExchangeMethod {
    static Bind read(WireReader in) {
      in.shortInt();
      String destination = in.checkedString();
      String source = in.checkedString();
      String routingKey = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Bind(destination, source, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return 30;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bits(noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record BindOk() implements ExchangeMethod {
    @Override
    public int methodId() {
      return 31;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Unbind(
      String destination, String source, String routingKey, boolean noWait, FieldTable arguments)
      implements ExchangeMethod {
    static Unbind read(WireReader in) {
      in.shortInt();
      String destination = in.checkedString();
      String source = in.checkedString();
      String routingKey = in.checkedString();
      int bits = in.octet();
      FieldTable arguments = FieldCodec.readTable(in);
      return new Unbind(destination, source, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return 40;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bits(noWait);
      FieldCodec.writeTable(out, arguments);
    }
  }

  record UnbindOk() implements ExchangeMethod {
    @Override
    public int methodId() {
      return 51;
    }

    @Override
    public void write(WireWriter out) {}
  }
}
