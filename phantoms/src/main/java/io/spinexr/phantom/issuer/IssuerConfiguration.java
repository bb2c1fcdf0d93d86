package io.spinexr.phantom.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;

/** The provider put together. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class IssuerConfiguration {
  private static final int KEY_BITS = 2048;

  /**
   * What it is told.
   *
   * @param client public address of the one client
   * @param secret of that client
   */
  record Hospital(int port, URI client, String secret, List<DemoUser> users) {}

  @Bean
  TomcatServletWebServerFactory tomcat(Hospital hospital) {
    TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory(hospital.port());
    tomcat.setAddress(InetAddress.getLoopbackAddress());
    tomcat.setRegisterDefaultServlet(true); // no filter is asked where there is no servlet
    tomcat.getSession().getCookie().setName("hospital"); // cookies do not tell ports apart
    return tomcat;
  }

  @Bean
  @Order(1)
  SecurityFilterChain protocol(HttpSecurity http) throws Exception {
    OAuth2AuthorizationServerConfigurer server =
        OAuth2AuthorizationServerConfigurer.authorizationServer();
    return http.securityMatcher(server.getEndpointsMatcher())
        .with(server, endpoints -> endpoints.oidc(Customizer.withDefaults()))
        .authorizeHttpRequests(all -> all.anyRequest().authenticated())
        .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults()))
        .exceptionHandling(
            nobody ->
                nobody.authenticationEntryPoint(new LoginUrlAuthenticationEntryPoint("/login")))
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain login(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(all -> all.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults())
        .build();
  }

  @Bean
  UserDetailsService users(Hospital hospital) {
    return new InMemoryUserDetailsManager(
        hospital.users().stream()
            .map(
                user ->
                    User.withUsername(user.login())
                        .password("{noop}" + user.password())
                        .authorities(List.of())
                        .build())
            .toList());
  }

  @Bean
  RegisteredClientRepository clients(Hospital hospital) {
    return new InMemoryRegisteredClientRepository(
        RegisteredClient.withId(UUID.randomUUID().toString())
            .clientId(DemoIssuer.CLIENT)
            .clientSecret("{noop}" + hospital.secret())
            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .redirectUri(hospital.client().resolve("/login/oauth2/code/spinexr").toString())
            .postLogoutRedirectUri(hospital.client().resolve("/").toString())
            .scopes(
                scopes -> {
                  scopes.addAll(List.of("openid", "profile"));
                  hospital.users().forEach(user -> scopes.add(user.login()));
                })
            .clientSettings(ClientSettings.builder().requireProofKey(true).build())
            .build());
  }

  /** People have the role that they are called by; a program has those that it asked for. */
  @Bean
  OAuth2TokenCustomizer<JwtEncodingContext> roles(Hospital hospital) {
    Map<String, DemoUser> people =
        hospital.users().stream().collect(Collectors.toMap(DemoUser::login, Function.identity()));
    return token -> {
      if (token.getAuthorizationGrantType().equals(AuthorizationGrantType.CLIENT_CREDENTIALS)) {
        token
            .getClaims()
            .audience(List.of(hospital.client().toString()))
            .claim("roles", List.copyOf(token.getAuthorizedScopes()));
      } else if (token.getTokenType().getValue().equals("id_token")) {
        DemoUser user = Objects.requireNonNull(people.get(token.getPrincipal().getName()));
        token.getClaims().claim("name", user.name()).claim("roles", Set.of(user.login()));
      }
    };
  }

  @Bean
  JWKSource<SecurityContext> keys() throws JOSEException {
    RSAKey key = new RSAKeyGenerator(KEY_BITS).keyID(UUID.randomUUID().toString()).generate();
    return new ImmutableJWKSet<>(new JWKSet(key));
  }

  @Bean
  JwtDecoder ownTokens(JWKSource<SecurityContext> keys) {
    return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
  }

  /** Its address is the one that it is asked at. */
  @Bean
  AuthorizationServerSettings settings() {
    return AuthorizationServerSettings.builder().build();
  }
}
