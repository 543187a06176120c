package io.leasehold.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.leasehold.client.naming.EtcdAttributes;
import io.leasehold.client.naming.EtcdResolverProvider;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users see are the JDK's types and the client's own, and the client knows no server. */
final class ApiTypesTest {
    private static final JavaClasses CLIENT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.leasehold.client");

    /** The one type of the transport that is let through is none: errors carry etcd's own list. */
    private static final Set<String> OWN =
            Set.of("io.leasehold.protocol.ByteSequence", "io.leasehold.protocol.ErrorCode");

    @Test
    void users_see_types_of_the_jdk_and_of_the_client_only() {
        classes()
                .that()
                .resideOutsideOfPackage("io.leasehold.client.internal..")
                .and()
                .arePublic()
                .and(not(belongToAnyOf(EtcdResolverProvider.class, EtcdAttributes.class)))
                .should(new ShowOnlyOwnTypes())
                .check(CLIENT);
    }

    @Test
    void grpc_is_shown_by_the_name_resolver_only() {
        noClasses()
                .that()
                .resideInAPackage(
                        "io.leasehold.client.(kv|watch|lease|session|recipes|internal.recipes|internal.naming)..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..")
                .check(CLIENT);
    }

    @Test
    void guava_and_vertx_are_not_used_at_all_and_netty_in_one_place() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.common..", "io.vertx..")
                .check(CLIENT);
        noClasses()
                .that()
                .doNotHaveSimpleName("NettyChannels")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.grpc.netty..")
                .check(CLIENT);
    }

    @Test
    void the_client_knows_no_server() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.leasehold.server..",
                        "io.leasehold.lease..",
                        "io.leasehold.mvcc..",
                        "io.leasehold.statemachine..",
                        "io.leasehold.raft..")
                .check(CLIENT);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("io.leasehold.client.(**)").should().beFreeOfCycles().check(CLIENT);
    }

    @Test
    void names_say_what_a_class_is_and_static_state_does_not_change() {
        classes()
                .that()
                // The name it has in etcd's own naming, which whoever comes from there looks for.
                .doNotHaveSimpleName("EndpointManager")
                .should()
                .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl|Data|Info|Processor)$")
                .check(CLIENT);
        fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .beFinal()
                .check(CLIENT);
        assertThat(CLIENT).hasSizeGreaterThan(50);
    }

    /** Looks at what public types extend, at their public and protected fields, and at what methods take, answer and throw. */
    private static final class ShowOnlyOwnTypes extends ArchCondition<JavaClass> {
        ShowOnlyOwnTypes() {
            super("show only types of the JDK and of the client");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Stream<JavaType> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
            report(type, type.getFullName(), supertypes, events);
            type.getFields().stream()
                    .filter(ShowOnlyOwnTypes::isSeen)
                    .forEach(field -> report(field, field.getFullName(), Stream.of(field.getType()), events));
            type.getCodeUnits().stream()
                    .filter(ShowOnlyOwnTypes::isSeen)
                    .forEach(unit -> report(unit, unit.getFullName(), typesOf(unit), events));
        }

        private static Stream<JavaType> typesOf(JavaCodeUnit unit) {
            return Stream.of(
                            unit.getParameterTypes().stream(),
                            Stream.of(unit.getReturnType()),
                            unit.getExceptionTypes().stream())
                    .flatMap(types -> types);
        }

        private static boolean isSeen(JavaMember member) {
            return member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED);
        }

        private static void report(Object where, String name, Stream<JavaType> types, ConditionEvents events) {
            Set<String> foreign = types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                    .map(JavaClass::getBaseComponentType)
                    .filter(seen -> !seen.isPrimitive())
                    .map(JavaClass::getName)
                    .filter(seen -> !isOwn(seen))
                    .collect(Collectors.toSet());
            if (!foreign.isEmpty()) {
                events.add(SimpleConditionEvent.violated(where, name + " shows " + foreign));
            }
        }

        private static boolean isOwn(String name) {
            return name.startsWith("java")
                    || OWN.contains(name)
                    || (name.startsWith("io.leasehold.client.") && !name.startsWith("io.leasehold.client.internal."));
        }
    }
}
