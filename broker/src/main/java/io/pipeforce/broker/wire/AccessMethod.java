package io.pipeforce.broker.wire;

/** Class access: a leftover of AMQP 0-8 that old clients still send. */
public sealed interface AccessMethod extends Method {
  int CLASS_ID = 30;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Request.read(in);
      case 11 -> RequestOk.read(in);
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Request(
      String realm, boolean exclusive, boolean passive, boolean active, boolean write, boolean read)
      implements AccessMethod {
    static Request read(WireReader in) {
      String realm = in.checkedString();
      int bits = in.octet();
      return new Request(
          realm,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          (bits & 16) != 0);
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(realm);
      out.bits(exclusive, passive, active, write, read);
    }
  }

  record RequestOk(int ticket) implements AccessMethod {
    static RequestOk read(WireReader in) {
      int ticket = in.shortInt();
      return new RequestOk(ticket);
    }

    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(ticket);
    }
  }
}
