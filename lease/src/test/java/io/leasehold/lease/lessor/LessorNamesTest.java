package io.leasehold.lease.lessor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of docs/lessor.md: complete, and each row with a test. */
class LessorNamesTest {
    /** All exported names of etcd's package lease (Go 1.8 documentation), and what came later to Lessor. */
    private static final List<String> ETCD_NAMES = List.of(
            "NoLease",
            "ErrNotPrimary",
            "ErrLeaseNotFound",
            "ErrLeaseExists",
            "FakeLessor",
            "Lease.ID",
            "Lease.Keys",
            "Lease.Remaining",
            "Lease.TTL",
            "LeaseID",
            "LeaseItem",
            "LeaseItem.Key",
            "Lessor.SetRangeDeleter",
            "Lessor.Grant",
            "Lessor.Revoke",
            "Lessor.Attach",
            "Lessor.GetLease",
            "Lessor.Detach",
            "Lessor.Promote",
            "Lessor.Demote",
            "Lessor.Renew",
            "Lessor.Lookup",
            "Lessor.ExpiredLeasesC",
            "Lessor.Recover",
            "Lessor.Stop",
            "NewLessor",
            "RangeDeleter",
            "TxnDelete.DeleteRange",
            "TxnDelete.End",
            "leasehttp",
            "leasepb",
            "Lessor.Leases",
            "Lessor.SetCheckpointer",
            "Lessor.Checkpoint",
            "ErrLeaseTTLTooLarge");

    /** Packages of the tests that rows may name. */
    private static final Map<String, String> PACKAGES = Map.of(
            "LessorTest", "io.leasehold.lease.lessor",
            "LessorExpiryTest", "io.leasehold.lease.lessor",
            "LessorCheckpointTest", "io.leasehold.lease.lessor",
            "FileLessorStoreTest", "io.leasehold.lease.lessor.host",
            "LeaseHttpTest", "io.leasehold.lease.leasehttp");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void every_name_of_etcds_package_has_a_row() throws IOException {
        List<String> named = new ArrayList<>();
        for (List<String> row : rows()) {
            named.addAll(code(row.get(1)));
        }

        assertThat(named).containsAll(ETCD_NAMES).doesNotHaveDuplicates();
    }

    @Test
    void every_row_names_tests_that_exist() throws IOException, ClassNotFoundException {
        for (List<String> row : rows()) {
            List<String> tests = code(row.get(4));
            assertThat(tests).as(row.get(1)).isNotEmpty();
            for (String test : tests) {
                String type = test.substring(0, test.indexOf('.'));
                assertThat(PACKAGES).containsKey(type);
                assertThat(Class.forName(PACKAGES.get(type) + "." + type).getDeclaredMethods())
                        .as(test)
                        .filteredOn(method -> method.isAnnotationPresent(Test.class))
                        .extracting(Method::getName)
                        .contains(test.substring(test.indexOf('.') + 1));
            }
        }
    }

    private static List<List<String>> rows() throws IOException {
        List<List<String>> rows = Files.readAllLines(Path.of("..", "docs", "lessor.md")).stream()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> List.of(line.split("\\|", -1)))
                .toList();
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static List<String> code(String cell) {
        Matcher matcher = CODE.matcher(cell);
        List<String> code = new ArrayList<>();
        while (matcher.find()) {
            code.add(matcher.group(1));
        }
        return code;
    }
}
