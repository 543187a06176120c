package io.leasehold.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** All of Leasehold once more, loaded apart from the rest, with one {@link PlantedBug} in it. */
final class Mutant extends ClassLoader {
    private final Map<String, byte[]> edited;

    private Mutant(Map<String, byte[]> edited) {
        super(Mutant.class.getClassLoader());
        this.edited = edited;
    }

    /** Compiles the bug in; fails when the code it is planted in has changed, or does not compile. */
    static Mutant with(PlantedBug bug) throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (PlantedBug.Edit edit : bug.edits()) {
            String source =
                    sources.containsKey(edit.type()) ? sources.get(edit.type()) : Files.readString(fileOf(edit.type()));
            int at = source.indexOf(edit.from());
            if (at < 0 || source.indexOf(edit.from(), at + 1) >= 0) {
                throw new IllegalStateException(edit.from() + " is not there once in " + edit.type());
            }
            sources.put(edit.type(), source.replace(edit.from(), edit.to()));
        }
        return new Mutant(compile(sources));
    }

    /** Runs a seed; throws what was broken, an error or an exception of the mutant's own classes. */
    World.Tally run(long seed, Scenario scenario) {
        try {
            loadClass(World.class.getName())
                    .getMethod("run", long.class, String.class)
                    .invoke(null, seed, scenario.name());
            return World.Tally.NOTHING;
        } catch (InvocationTargetException broken) {
            throw new Broken(Objects.requireNonNull(broken.getCause()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a mutant threw. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.leasehold.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = edited.get(name);
        if (bytes == null) {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = file.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Path fileOf(String type) {
        String module = type.substring(0, type.indexOf(':'));
        return Path.of("..", module, "src/main/java", nameOf(type).replace('.', '/') + ".java");
    }

    /** The class of {@code module:class}. */
    private static String nameOf(String type) {
        return type.substring(type.indexOf(':') + 1);
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Source> units = sources.entrySet().stream()
                .map(s -> new Source(nameOf(s.getKey()), s.getValue()))
                .toList();
        List<String> options = List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                Classes classes = new Classes(standard)) {
            StringBuilder errors = new StringBuilder();
            boolean compiled = compiler.getTask(
                            null, classes, d -> errors.append(d).append('\n'), options, null, units)
                    .call();
            if (!compiled) {
                throw new IllegalStateException(errors.toString());
            }
            Map<String, byte[]> bytes = new HashMap<>();
            classes.made.forEach((name, file) -> bytes.put(name, file.toByteArray()));
            return bytes;
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String type, String text) {
            super(URI.create("mutant:///" + type.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler makes. */
    private static final class Classes extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> made = new HashMap<>();

        Classes(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            made.put(type, bytes);
            return new SimpleJavaFileObject(URI.create("mutant:///" + type), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }
}
