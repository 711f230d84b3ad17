package io.pipeforce.broker.wire;

/** Class connection: from the first word to the last. */
public sealed interface ConnectionMethod extends Method {
  int CLASS_ID = 10;

  @Override
  default int classId() {
    return CLASS_ID;
  }

  static Method read(int methodId, WireReader in) {
    return switch (methodId) {
      case 10 -> Start.read(in);
      case 11 -> StartOk.read(in);
      case 20 -> Secure.read(in);
      case 21 -> SecureOk.read(in);
      case 30 -> Tune.read(in);
      case 31 -> TuneOk.read(in);
      case 40 -> Open.read(in);
      case 41 -> OpenOk.read(in);
      case 50 -> Close.read(in);
      case 51 -> new CloseOk();
      case 60 -> Blocked.read(in);
      case 61 -> new Unblocked();
      case 70 -> UpdateSecret.read(in);
      case 71 -> new UpdateSecretOk();
      default -> throw new UnknownMethodException(CLASS_ID, methodId);
    };
  }

  record Start(
      int versionMajor,
      int versionMinor,
      FieldTable serverProperties,
      String mechanisms,
      String locales)
      implements ConnectionMethod {
    static Start read(WireReader in) {
      int versionMajor = in.octet();
      int versionMinor = in.octet();
      FieldTable serverProperties = FieldCodec.readTable(in);
      String mechanisms = in.longText();
      String locales = in.longText();
      return new Start(versionMajor, versionMinor, serverProperties, mechanisms, locales);
    }

    @Override
    public int methodId() {
      return 10;
    }

    @Override
    public void write(WireWriter out) {
      out.octet(versionMajor);
      out.octet(versionMinor);
      FieldCodec.writeTable(out, serverProperties);
      out.longText(mechanisms);
      out.longText(locales);
    }
  }

  record StartOk(FieldTable clientProperties, String mechanism, LongBytes response, String locale)
      implements ConnectionMethod {
    static StartOk read(WireReader in) {
      FieldTable clientProperties = FieldCodec.readTable(in);
      String mechanism = in.checkedString();
      LongBytes response = new LongBytes(in.longString());
      String locale = in.checkedString();
      return new StartOk(clientProperties, mechanism, response, locale);
    }

    @Override
    public int methodId() {
      return 11;
    }

    @Override
    public void write(WireWriter out) {
      FieldCodec.writeTable(out, clientProperties);
      out.shortString(mechanism);
      out.longString(response.bytes());
      out.shortString(locale);
    }
  }

  record Secure(LongBytes challenge) implements ConnectionMethod {
    static Secure read(WireReader in) {
      LongBytes challenge = new LongBytes(in.longString());
      return new Secure(challenge);
    }

    @Override
    public int methodId() {
      return 20;
    }

    @Override
    public void write(WireWriter out) {
      out.longString(challenge.bytes());
    }
  }

  record SecureOk(LongBytes response) implements ConnectionMethod {
    static SecureOk read(WireReader in) {
      LongBytes response = new LongBytes(in.longString());
      return new SecureOk(response);
    }

    @Override
    public int methodId() {
      return 21;
    }

    @Override
    public void write(WireWriter out) {
      out.longString(response.bytes());
    }
  }

  record Tune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static Tune read(WireReader in) {
      int channelMax = in.shortInt();
      long frameMax = in.unsignedInt();
      int heartbeat = in.shortInt();
      return new Tune(channelMax, frameMax, heartbeat);
    }

    @Override
    public int methodId() {
      return 30;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  record TuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static TuneOk read(WireReader in) {
      int channelMax = in.shortInt();
      long frameMax = in.unsignedInt();
      int heartbeat = in.shortInt();
      return new TuneOk(channelMax, frameMax, heartbeat);
    }

    @Override
    public int methodId() {
      return 31;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  record Open(String virtualHost) implements ConnectionMethod {
    static Open read(WireReader in) {
      String virtualHost = in.checkedString();
      in.checkedString();
      in.octet();
      return new Open(virtualHost);
    }

    @Override
    public int methodId() {
      return 40;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(virtualHost);
      out.shortString("");
      out.bits(false);
    }
  }

  record OpenOk() implements ConnectionMethod {
    static OpenOk read(WireReader in) {
      in.checkedString();
      return new OpenOk();
    }

    @Override
    public int methodId() {
      return 41;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  record Close(int replyCode, String replyText, int failedClass, int failedMethod)
      implements ConnectionMethod {
    static Close read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.checkedString();
      int failedClass = in.shortInt();
      int failedMethod = in.shortInt();
      return new Close(replyCode, replyText, failedClass, failedMethod);
    }

    @Override
    public int methodId() {
      return 50;
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(failedClass);
      out.shortInt(failedMethod);
    }
  }

  record CloseOk() implements ConnectionMethod {
    @Override
    public int methodId() {
      return 51;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record Blocked(String reason) implements ConnectionMethod {
    static Blocked read(WireReader in) {
      String reason = in.checkedString();
      return new Blocked(reason);
    }

    @Override
    public int methodId() {
      return 60;
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(reason);
    }
  }

  record Unblocked() implements ConnectionMethod {
    @Override
    public int methodId() {
      return 61;
    }

    @Override
    public void write(WireWriter out) {}
  }

  record UpdateSecret(LongBytes newSecret, String reason) implements ConnectionMethod {
    static UpdateSecret read(WireReader in) {
      LongBytes newSecret = new LongBytes(in.longString());
      String reason = in.checkedString();
      return new UpdateSecret(newSecret, reason);
    }

    @Override
    public int methodId() {
      return 70;
    }

    @Override
    public void write(WireWriter out) {
      out.longString(newSecret.bytes());
      out.shortString(reason);
    }
  }

  record UpdateSecretOk() implements ConnectionMethod {
    @Override
    public int methodId() {
      return 71;
    }

    @Override
    public void write(WireWriter out) {}
  }
}
