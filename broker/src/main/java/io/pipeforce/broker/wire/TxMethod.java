package io.pipeforce.broker.wire;

/** Class tx: local transactions of a channel. */
public sealed interface TxMethod extends Method {
  int CLASS_ID = 90;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> new Select();
      case 11 -> new SelectOk();
      case 20 -> new Commit();
      case 21 -> new CommitOk();
      case 30 -> new Rollback();
      case 31 -> new RollbackOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Select() implements TxMethod {
    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record SelectOk() implements TxMethod {
    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Commit() implements TxMethod {
    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record CommitOk() implements TxMethod {
    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Rollback() implements TxMethod {
    @Override
    public int methodId() {
      return 30;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record RollbackOk() implements TxMethod {
    @Override
    public int methodId() {
      return 31;
    }

    @Override
    public void write(WireWriter out) {}
  }
}
