package io.leasehold.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.Calendar;
import java.util.Date;
import java.util.Set;
import java.util.Timer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows between modules and the rules of style that a machine can hold. */
final class ArchitectureTest {
    private static final String PROTOCOL = "io.leasehold.protocol..";
    private static final String LEASE = "io.leasehold.lease..";
    /** What a lessor used as a library has of the machine: the documented exception of docs/lessor.md. */
    private static final String LESSOR_HOST = "io.leasehold.lease.lessor.host..";

    /** Lease HTTP's client and its place behind the JDK's server: the other documented exception. */
    private static final String LEASE_HTTP = "io.leasehold.lease.leasehttp..";

    private static final String MVCC = "io.leasehold.mvcc..";
    private static final String STATE_MACHINE = "io.leasehold.statemachine..";
    private static final String RAFT = "io.leasehold.raft..";
    private static final String SERVER = "io.leasehold.server..";

    /** The owners of replicated state and of deadlines, and what drives them. */
    private static final String REPLICA = "io.leasehold.server.replica..";

    private static final String LOOP = "io.leasehold.server.loop..";

    /** All that runs in production; messages made from .proto files follow their own rules. */
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages("io.leasehold");

    private static final JavaClasses HAND_WRITTEN = CODE.that(DescribedPredicate.not(resideInAnyPackage(
            "io.leasehold.protocol.etcdserverpb..",
            "io.leasehold.protocol.mvccpb..",
            "io.leasehold.protocol.leasepb..",
            "io.leasehold.protocol.authpb..",
            "io.leasehold.protocol.v3lockpb..",
            "io.leasehold.protocol.v3electionpb..",
            "io.leasehold.protocol.leasehold..")));

    @Test
    void all_modules_are_looked_at() {
        for (String module : new String[] {"protocol", "lease", "mvcc", "statemachine", "raft", "server"}) {
            assertThat(HAND_WRITTEN).as(module).anyMatch(type -> type.getPackageName()
                    .startsWith("io.leasehold." + module));
        }
    }

    @Test
    void lease_and_mvcc_are_strangers() {
        check(noClasses()
                .that()
                .resideInAPackage(LEASE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MVCC, STATE_MACHINE, RAFT, SERVER));
        check(noClasses()
                .that()
                .resideInAPackage(MVCC)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LEASE, STATE_MACHINE, RAFT, SERVER));
    }

    @Test
    void protocol_knows_nothing_of_the_rest() {
        check(noClasses()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LEASE, MVCC, STATE_MACHINE, RAFT, SERVER));
    }

    @Test
    void the_log_does_not_know_what_an_entry_means() {
        check(noClasses()
                .that()
                .resideInAPackage(RAFT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LEASE, MVCC, STATE_MACHINE, SERVER));
    }

    @Test
    void the_state_machine_knows_neither_the_log_nor_the_server() {
        check(noClasses()
                .that()
                .resideInAPackage(STATE_MACHINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RAFT, SERVER));
    }

    @Test
    void one_package_alone_knows_the_raft_engine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.leasehold.raft.ratis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis.."));
    }

    @Test
    void replicated_state_and_leases_have_no_threads_clocks_or_network() {
        check(noClasses()
                .that()
                .resideInAnyPackage(LEASE, STATE_MACHINE)
                .and()
                .resideOutsideOfPackages(LESSOR_HOST, LEASE_HTTP)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, Clock.class, Timer.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "io.grpc..", "io.netty..", "java.util.concurrent"));
    }

    /** Case 51 of docs/lease-cases.md: whoever sets the wall clock changes nothing. Ways to ask by reference count too. */
    @Test
    void nothing_that_leases_hang_on_asks_for_the_time_of_day() {
        Set<String> wallClocks = Set.of("currentTimeMillis", "now", "systemUTC", "systemDefaultZone", "instant");
        check(noClasses()
                .that()
                .resideInAnyPackage(LEASE, STATE_MACHINE, RAFT, REPLICA, LOOP)
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("the target tells the time of day") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        String owner = access.getTargetOwner().getName();
                        return (owner.equals("java.lang.System") || owner.startsWith("java.time."))
                                && wallClocks.contains(access.getTarget().getName());
                    }
                })
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Date.class, Calendar.class));
    }

    @Test
    void leases_do_no_io() {
        check(noClasses()
                .that()
                .resideInAPackage(LEASE)
                .and()
                .resideOutsideOfPackage(LESSOR_HOST)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", LESSOR_HOST));
        check(noClasses()
                .that()
                .resideInAPackage(LEASE)
                .and()
                .resideOutsideOfPackage(LEASE_HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LEASE_HTTP));
    }

    @Test
    void packages_have_no_cycles() {
        check(slices().matching("io.leasehold.(**)").should().beFreeOfCycles());
    }

    @Test
    void names_say_what_a_class_is() {
        check(classes()
                .should()
                .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl|Data|Info|Processor)$")
                .because("STYLE.md, rule 2"));
    }

    @Test
    void static_state_does_not_change() {
        check(fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .beFinal()
                .because("STYLE.md, rule 9"));
    }

    @Test
    void packages_are_null_marked() {
        check(classes().should(BeInNullMarkedPackage.RULE));
    }

    private static void check(ArchRule rule) {
        rule.check(HAND_WRITTEN);
    }

    /** ArchUnit has no word for annotations of the package. */
    private static final class BeInNullMarkedPackage extends ArchCondition<JavaClass> {
        static final BeInNullMarkedPackage RULE = new BeInNullMarkedPackage();

        private BeInNullMarkedPackage() {
            super("be in a package that is @NullMarked");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(
                        SimpleConditionEvent.violated(type, type.getName() + " is in a package without @NullMarked"));
            }
        }
    }
}
