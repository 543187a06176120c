package io.leasehold.etcdfile;

import java.io.IOException;

/** A file that is not a sound etcd database; the message names the file and what is wrong with it. */
public final class EtcdFileException extends IOException {
    private static final long serialVersionUID = 1;

    EtcdFileException(String message) {
        super(message);
    }
}
