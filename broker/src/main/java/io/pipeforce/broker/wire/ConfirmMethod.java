package io.pipeforce.broker.wire;

/** Class confirm: RabbitMQ's publisher confirms. */
public sealed interface ConfirmMethod extends Method {
  int CLASS_ID = 85;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Select.read(in);
      case 11 -> new SelectOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Select(boolean noWait) implements ConfirmMethod {
    static Select read(WireReader in) {
      int bits = in.octet();
      return new Select((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.bits(noWait);
    }
  }

  record SelectOk() implements ConfirmMethod {
    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {}
  }
}
