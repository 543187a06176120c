package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
final class SystemdNoticeTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "@"})
    void the_manager_that_asked_is_told_by_path_and_by_abstract_name(String prefix) throws InterruptedException {
        String path = directory.resolve("notify").toString();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
        try {
            new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                            told.add(packet.content().toString(StandardCharsets.UTF_8));
                        }
                    })
                    .bind(new DomainSocketAddress(prefix.isEmpty() ? path : "\0" + path))
                    .sync();

            SystemdNotice.ready(Map.of("NOTIFY_SOCKET", prefix + path));

            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("READY=1");
        } finally {
            var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void nobody_is_told_where_nobody_asked_and_a_manager_that_is_gone_stops_nothing() {
        assertThatCode(() -> {
                    SystemdNotice.ready(Map.of());
                    SystemdNotice.ready(
                            Map.of("NOTIFY_SOCKET", directory.resolve("nobody").toString()));
                })
                .doesNotThrowAnyException();
    }
}
