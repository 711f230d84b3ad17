package io.pipeforce.internal.dispatch;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import tools.jackson.core.Version;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;

/**
 * Lets Jackson call the constructor that it chose by plain reflection. Its own way ({@code
 * MethodHandle.invokeWithArguments}, in 3.1) adapts the handle anew at each call, which took an
 * eighth of the time of a consumer of records.
 */
final class RecordConstructors extends JacksonModule {
  @Override
  public String getModuleName() {
    return "pipeforce-record-constructors";
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public void setupModule(SetupContext context) {
    context.addValueInstantiators(
        new ValueInstantiators.Base() {
          @Override
          public ValueInstantiator modifyValueInstantiator(
              DeserializationConfig config,
              BeanDescription.Supplier description,
              ValueInstantiator chosen) {
            return chosen.getClass() == StdValueInstantiator.class
                    && chosen.getWithArgsCreator() instanceof AnnotatedConstructor creator
                ? new Reflective((StdValueInstantiator) chosen, creator.getAnnotated())
                : chosen;
          }
        });
  }

  private static final class Reflective extends StdValueInstantiator {
    private static final long serialVersionUID = 1;

    // Jackson's classes are serializable by tradition; this one is never written.
    private final transient Constructor<?> constructor;

    Reflective(StdValueInstantiator chosen, Constructor<?> constructor) {
      super(chosen);
      this.constructor = constructor;
    }

    @Override
    public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
      try {
        return constructor.newInstance(arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        return context.handleInstantiationProblem(
            getValueClass(), arguments, rewrapCtorProblem(context, e));
      } catch (ReflectiveOperationException | IllegalArgumentException e) {
        return context.handleInstantiationProblem(
            getValueClass(), arguments, rewrapCtorProblem(context, e));
      }
    }
  }
}
