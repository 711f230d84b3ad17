package io.pipeforce.internal.processor;

import io.pipeforce.BaseService;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/**
 * Writes {@code META-INF/services/io.pipeforce.BaseService} and refuses what would fail at start.
 *
 * <p>Looks at every class of the compilation, not only at annotated ones: a class that only
 * inherits its handlers is a service, too.
 */
@SupportedAnnotationTypes("*")
public final class EventProcessor extends AbstractProcessor {
  private final Set<String> compiled = new LinkedHashSet<>();

  /** For javac. */
  public EventProcessor() {}

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latest();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    collect(ElementFilter.typesIn(round.getRootElements()));
    // Only the last round sees what other processors generated; names, not elements, survive until
    // then, since javac makes new elements for each round.
    if (round.processingOver() && !round.errorRaised()) {
      List<TypeElement> types =
          compiled.stream()
              .map(name -> processingEnv.getElementUtils().getTypeElement(name))
              .filter(Objects::nonNull)
              .toList();
      finish(types);
    }
    return false;
  }

  private void collect(Iterable<TypeElement> types) {
    for (TypeElement type : types) {
      compiled.add(type.getQualifiedName().toString());
      collect(ElementFilter.typesIn(type.getEnclosedElements()));
    }
  }

  private void finish(List<TypeElement> types) {
    if (processingEnv.getElementUtils().getTypeElement(BaseService.class.getName()) == null) {
      return;
    }
    Report report = new Report(processingEnv);
    Services services = new Services(processingEnv, report);
    types.forEach(services::check);
    ServiceIndex index = new ServiceIndex(processingEnv);
    try {
      Set<TypeElement> all = new LinkedHashSet<>(services.found());
      // An incremental build compiles some of the classes only; the others keep their entries.
      for (TypeElement listed : index.read()) {
        if (!types.contains(listed) && services.isService(listed)) {
          all.add(listed);
        }
      }
      services.checkAbstract(all);
      if (!report.errors()) {
        Set<String> names = new TreeSet<>();
        all.forEach(
            type -> names.add(processingEnv.getElementUtils().getBinaryName(type).toString()));
        index.write(names, all.toArray(Element[]::new));
      }
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR, "cannot write " + ServiceIndex.PATH + ": " + e.getMessage());
    }
  }
}
